/** What the modules of all components have in common. */

/**
 * Make what Streamlit calls whenever it tells a component something, of begin(parentElement), which
 * is called once for each place on the page and returns { update(data, setTriggerValue), end() }.
 */
export function component(begin) {
  const places = new WeakMap();
  return ({ data, parentElement, setTriggerValue }) => {
    if (!places.has(parentElement)) places.set(parentElement, begin(parentElement));
    const place = places.get(parentElement);
    place.update(data, setTriggerValue);
    return () => {
      place.end();
      places.delete(parentElement);
    };
  };
}
