// Imports a component's module from the app's own server, and shows the component with it.
//
// This text lies inside the component, which Streamlit gives no address: `data.module` is relative
// to the app's own, which its first script tells.

const MISSING = "The network could not be loaded into this browser: reload the page.";
// Seconds until a module that did not come is asked for again.
const AGAIN = 3;

const places = new WeakMap();

/** The app's own address, whatever page is open, and whichever path it is served below. */
function root() {
  const script = document.querySelector('script[type="module"][src*="static/"]');
  return script.src.slice(0, script.src.lastIndexOf("static/"));
}

/** Show a component with the newest of what it was told, once its module is there. */
function begin(parentElement) {
  let newest = null;
  let module = null;
  let end = () => {};
  let isOver = false;

  async function load() {
    try {
      module = await import(new URL(newest.data.module, root()));
      parentElement.querySelector(".missing")?.remove();
      if (!isOver) end = module.default(newest);
    } catch (error) {
      if (module) throw error; // not because it did not come
      complain();
      if (!isOver) setTimeout(load, 1000 * AGAIN);
    }
  }

  function complain() {
    if (newest.data.network === undefined || parentElement.querySelector(".missing")) return;
    const line = document.createElement("p");
    line.className = "missing";
    line.setAttribute("role", "status");
    line.textContent = MISSING;
    parentElement.firstElementChild.append(line);
  }

  return {
    show(component) {
      const isFirst = !newest;
      newest = component;
      if (isFirst) load();
      else if (module) end = module.default(component);
    },
    end() {
      isOver = true;
      end();
    },
  };
}

export default function (component) {
  const { parentElement } = component;
  if (!places.has(parentElement)) places.set(parentElement, begin(parentElement));
  places.get(parentElement).show(component);
  return () => {
    places.get(parentElement)?.end();
    places.delete(parentElement);
  };
}
