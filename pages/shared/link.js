// Shows a link as a QR code, and copies it. Where the page is, the browser alone knows: a proxy or a
// name server may stand between it and the server.

const COPIED = "Copied";
const NOT_COPIED = "Your browser does not allow it: copy the address above the page.";

export default function ({ parentElement, data, setStateValue }) {
  const part = (name) => parentElement.querySelector(name);
  const page = location.origin + location.pathname + location.search;
  setStateValue("page", page);

  const picture = part("img");
  picture.hidden = data.link !== "" && data.code === "";
  picture.style.visibility = data.code === "" ? "hidden" : "visible";
  if (data.code !== "") picture.src = data.code;
  part(".words").hidden = data.words === "";
  part(".words").textContent = data.words;
  part(".note").textContent = data.note;
  part(".said").textContent = "";
  part("button").onclick = async () => {
    part(".said").textContent = (await copy(data.link || page, parentElement)) ? COPIED : NOT_COPIED;
  };
}

/** Copies a text; returns whether it was. */
async function copy(text, place) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Browsers have no clipboard where a server is reached by its number, as in a class.
    return copyBySelection(text, place);
  }
}

/** Copies a text as one does with the mouse; returns whether it was. */
function copyBySelection(text, place) {
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.style.cssText = "position: fixed; opacity: 0";
  place.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  return isCopied;
}
