/**
 * Steps of training that only the server can take: asked for by a lesson's screen, one at a time.
 *
 * A question is { name, rate, digit, picture, maps }, as `pages/learn/gradients.py` reads it; but
 * `name` is the lesson's own.
 */

// Milliseconds that a question stays the same before it is asked, and after which it is asked anew.
const [REST, LOST] = [60, 20_000];
// Answers that are kept: to go back to the last one takes no time.
const KEPT = 6;

/** Make the page's questions; `send` asks one, `changed` is called when an answer has come. */
export function makeGradients(send, changed) {
  const answers = []; // the newest first
  let number = Math.floor(Math.random() * 2 ** 40); // of another page's questions none is like it
  let wanted = null;
  let sent = null;
  let timer = 0;

  const isUnderWay = () => sent && performance.now() - sent.time < LOST;

  function ask() {
    timer = 0;
    if (isUnderWay()) return;
    sent = { question: wanted, number: ++number, time: performance.now() };
    const { rate, digit, picture, maps } = wanted;
    send({ number, rate, digit, picture: picture?.flat() ?? null, maps });
  }

  return {
    /** The answer to a question; null while it is on its way. */
    of(question) {
      const known = answers.find((each) => isSame(each.question, question));
      if (known) return known.answer;
      if (!wanted || !isSame(wanted, question)) clearTimeout(timer);
      else if (timer || isUnderWay()) return null;
      wanted = question;
      timer = setTimeout(ask, REST);
      return null;
    },
    /** Take what the server has told, which may be the answer to what was asked last. */
    take(answer) {
      if (!sent || answer?.number !== sent.number) return;
      answers.unshift({ question: sent.question, answer });
      answers.length = Math.min(answers.length, KEPT);
      sent = null;
      changed();
    },
  };
}

const isSame = (a, b) => a.name === b.name && a.rate === b.rate && a.digit === b.digit
  && a.picture === b.picture && a.maps.join() === b.maps.join();
