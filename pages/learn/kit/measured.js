/** What was measured elsewhere and lessons tell of: each with the command that measures it. */

/**
 * Per cent of MNIST's test digits that are read right: as the tutorial tells; and by networks of
 * the recipe "tutorial", for each seed: those with filters by `python -m benchmarks.training --only
 * tutorial`, connected ones by `python -m cnn train --recipe tutorial --network fc --seed SEED`.
 */
export const ACCURACIES = {
  "tutorial, connected": [97, 98],
  "tutorial, filters": [99],
  "here, connected": [96.41, 96.24, 96.27],
  "here, filters": [99.04, 98.75, 98.81],
};

/**
 * What the server costs on two cores: processor time of a stroke while 50 draw one each two seconds
 * (`python -m benchmarks.load 20 50`), and of one reading (`python benchmarks/reading_time.py`).
 */
export const SERVER = { strokeMs: 26, secondsAStroke: 2, readingMs: 1.4, framesASecond: 60 };
