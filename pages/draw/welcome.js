// Ten digits that somebody wrote by hand, each a button that puts it on the canvas.

export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.querySelectorAll(".try-digits button").forEach((button, digit) => {
    button.firstElementChild.src = data.faces[digit];
    button.onclick = () => setTriggerValue("tried", digit);
  });
}
