/** The command line as lessons tell of it; a test has the program itself read all of these. */

/** What one wants to do with a run: in short, in full, its command, and what is to be known. */
export const USES = {
  read: ["read files", "read the digits in two files",
    () => "digitscope predict drawing.json photo.jpg",
    "Drawings and pictures. With --json it prints what other programs can read."],
  measure: ["measure it", "measure a run on MNIST's test digits",
    (run) => `digitscope evaluate --dataset mnist --model ${run}/model.keras`,
    "On digits that it has not learned from. Name the run's folder with its path."],
  choose: ["choose it", "have the app read with a run from now on",
    (run) => `digitscope use ${run}`,
    "For the whole app. The name “shipped” goes back to the network that came with it."],
  home: ["take it home", "write a run's network as one file for the browser",
    (run) => `digitscope export ${run} html --to digits.html`,
    "The file needs no server and no connection."],
  serve: ["serve a class", "open the app to a class",
    () => "digitscope app --address 0.0.0.0",
    "All in your network can then open the page. Their browsers do the reading."],
};

/** The command of a use, for a run. */
export const commandOf = (use, run = "my-run") => USES[use][2](run);
