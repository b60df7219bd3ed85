// Runs before Streamlit's own scripts, which know nothing of it (pages/server/index.py).

// Where its server is: otherwise it looks below the page's own address first, in vain.
window.__streamlit = { BACKEND_BASE_URL: new URL(".", location.href).href };

// Going back leads to another page: Streamlit would add a step for every stroke and every choice
// that the address tells of.
const push = history.pushState;
history.pushState = function (state, unused, address) {
  const isOtherPage = new URL(address ?? "", location.href).pathname !== location.pathname;
  (isOtherPage ? push : history.replaceState).call(history, state, unused, address);
};
