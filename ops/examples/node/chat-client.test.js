/**
 * The golden event sequences, and the client against a real worker where RABBITMQ_URI names its broker.
 *
 * RABBITMQ_URI_NO_WORKER, RABBITMQ_URI_NO_QUEUE and RABBITMQ_URI_FULL name places where nobody works, where no queue
 * takes requests, and where the queue is full.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { after, suite, test } from 'node:test';
import amqp from 'amqplib';
import { AnswerAssembler, AnswerTimeout, ChatClient, ConnectionLost } from './chat-client.js';

const SEQUENCES = new URL('../../../chat-contracts/src/main/resources/sequences/v1/', import.meta.url);
const QUESTION = 'Why is the sky blue?';

suite('golden sequences', () => {
  const files = readdirSync(SEQUENCES).filter((name) => name.endsWith('.json'));
  assert.ok(files.length > 20);
  for (const file of files) {
    test(file, () => {
      const { events, expect } = JSON.parse(readFileSync(new URL(file, SEQUENCES), 'utf8'));
      const answer = new AnswerAssembler();
      let shown = { text: '', thinking: '', toolCalls: [] };
      for (const { event, body } of events) {
        const piece = answer.accept(event, body);
        if (piece?.restart) shown = { text: '', thinking: '', toolCalls: [] };
        shown.text += piece?.content ?? '';
        shown.thinking += piece?.thinking ?? '';
        shown.toolCalls.push(...(piece?.toolCalls ?? []));
        const { text, thinking, toolCalls } = answer;
        assert.deepEqual(shown, { text, thinking, toolCalls });
      }
      assert.equal(answer.outcome ?? null, expect.outcome);
      assert.equal(answer.text, expect.text);
      assert.equal(answer.thinking, expect.thinking ?? '');
      assert.deepEqual(answer.toolCalls, expect.tool_calls ?? []);
      assert.equal(answer.restarts, expect.restarts);
      assert.equal(answer.terminal?.error?.code, expect.code);
      assert.equal(answer.terminal?.reason, expect.reason);
    });
  }
});

/** Runs a test with a client where the variable names a broker, else skips it. */
function live(name, body, variable = 'RABBITMQ_URI') {
  const uri = process.env[variable];
  test(name, { skip: uri ? false : `${variable} is not set`, timeout: 30_000 }, async () => {
    const chat = await ChatClient.connect(uri);
    try {
      await body(chat);
    } finally {
      await chat.close().catch(() => {});
    }
  });
}

async function read(answer) {
  const pieces = [];
  for await (const piece of answer) pieces.push(piece.content);
  return pieces;
}

live('streams the answer', async (chat) => {
  const answer = chat.ask(QUESTION);
  const pieces = await read(answer);
  assert.ok(pieces.length > 1);
  assert.equal(pieces.join(''), answer.text);
  assert.equal(answer.terminal.message.content, answer.text);
  assert.equal(answer.outcome, 'completed');
});

live('asks many questions at once', async (chat) => {
  const answers = Array.from({ length: 4 }, () => chat.ask({ message: QUESTION, stream: false }));
  const texts = await Promise.all(answers.map(read));
  assert.deepEqual(texts, answers.map((answer) => [answer.text]));
});

live("the history is the next request's messages", async (chat) => {
  let messages = [];
  for (const turns of [2, 4]) {
    const answer = chat.ask({ message: QUESTION, messages });
    const text = await answer.read();
    messages = answer.terminal.history;
    assert.equal(messages.length, turns);
    assert.equal(messages.at(-1).content, text);
  }
});

live('a failure is thrown with its code', async (chat) => {
  await assert.rejects(read(chat.ask('')), (error) => {
    assert.equal(error.name, 'RequestFailed');
    assert.equal(error.code, 'invalid_request');
    assert.equal(error.retryable, false);
    assert.equal(error.details.problems[0].path, '/message');
    return true;
  });
});

live('a cancelled answer is a beginning', async (chat) => {
  const answer = chat.ask(QUESTION);
  await assert.rejects(
    async () => {
      for await (const _ of answer) assert.ok(await answer.cancel());
    },
    { name: 'RequestCancelled', reason: 'cancelled' },
  );
  assert.ok(answer.text);
  assert.equal(answer.terminal.partial.content, answer.text);
});

for (const way of ['leaving the loop', 'aborting the signal']) {
  live(`${way} cancels`, async (chat) => {
    const watcher = await amqp.connect(process.env.RABBITMQ_URI);
    after(() => watcher.close());
    const channel = await watcher.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    const stop = new AbortController();
    const answer = chat.ask(QUESTION, { signal: stop.signal });
    await channel.bindQueue(queue, 'chat.completions', `*.${answer.requestId}.cancelled`);
    await channel.consume(queue, (message) => channel.emit('cancelled', message));
    const seen = once(channel, 'cancelled');
    if (way === 'leaving the loop') {
      for await (const _ of answer) break;
    } else {
      await assert.rejects(
        async () => {
          for await (const _ of answer) stop.abort();
        },
        { name: 'AbortError' },
      );
    }
    await seen;
  });
}

live('the deadline ends an answer that takes too long', async (chat) => {
  await assert.rejects(read(chat.ask(QUESTION, { timeout: 200 })), AnswerTimeout);
});

live('a lost connection is an error', async (chat) => {
  await assert.rejects(async () => {
    for await (const _ of chat.ask(QUESTION)) await chat.close();
  }, ConnectionLost);
});

live('an id that is none is not sent', async (chat) => {
  assert.throws(() => chat.ask({ request_id: 'a.b', message: QUESTION }), TypeError);
});

live('knows that a worker listens', async (chat) => assert.equal(await chat.listening(), true));

live(
  'knows that no worker listens, and says so when the time is up',
  async (chat) => {
    assert.equal(await chat.listening(), false);
    const answer = chat.ask(QUESTION, { timeout: 500 });
    await assert.rejects(read(answer), { name: 'AnswerTimeout', message: /no worker listens/ });
  },
  'RABBITMQ_URI_NO_WORKER',
);

for (const [variable, why] of [
  ['RABBITMQ_URI_NO_QUEUE', /No queue takes/],
  ['RABBITMQ_URI_FULL', /its queue is full/],
]) {
  live(
    `says why a request is not taken: ${why.source}`,
    (chat) => assert.rejects(read(chat.ask(QUESTION)), { name: 'NotTaken', message: why }),
    variable,
  );
}
