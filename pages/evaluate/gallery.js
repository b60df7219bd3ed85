// A gallery of digits, each a button that opens it on the Layers page.

/** Make the button of one digit. */
function faceOf({ index, picture, said, more, name }, open) {
  const button = document.createElement("button");
  const image = document.createElement("img");
  const lines = [said, more, name].map((text) => {
    const line = document.createElement("span");
    line.textContent = text;
    return line;
  });
  image.src = picture;
  image.alt = "";
  button.type = "button";
  button.title = `${name}: open it on Layers`;
  button.append(image, ...lines);
  button.onclick = () => open(index);
  return button;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".gallery");
  const shown = JSON.stringify(data.figures.map(({ index, said }) => [index, said]));
  // The same digits stay as they are, with the focus on one of them perhaps.
  if (place.dataset.shown === shown) {
    return;
  }
  place.dataset.shown = shown;
  const open = (index) => setTriggerValue("open", { index });
  place.replaceChildren(...data.figures.map((figure) => faceOf(figure, open)));
}
