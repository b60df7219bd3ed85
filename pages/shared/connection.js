// Says that the server does not answer in a line of the page, in the stead of Streamlit's dialog,
// which lies over the page and takes the next stroke for itself.

const STATE = "data-test-connection-state";
const LOST = "PINGING_SERVER";
const TITLE = "Connection error";

export default function ({ parentElement }) {
  const line = parentElement.querySelector("p");
  const app = document.querySelector(`[${STATE}]`);

  function update() {
    line.hidden = app.getAttribute(STATE) !== LOST;
    for (const dialog of document.querySelectorAll(".stDialog")) {
      if (dialog.querySelector("h2")?.textContent === TITLE) {
        dialog.querySelector("section button")?.click();
      }
    }
  }

  const observer = new MutationObserver(update);
  observer.observe(app, { attributeFilter: [STATE] });
  observer.observe(document.body, { childList: true });
  update();
  return () => observer.disconnect();
}
