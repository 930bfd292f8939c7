/**
 * Asks one question and prints the answer while it is made.
 *
 * RABBITMQ_URI (default amqp://localhost) and CHAT_NAMESPACE (default chat) say where. Exit code: 0 answered, 1 not,
 * 2 wrong usage, 130 Ctrl-C, which cancels the request.
 */
import { parseArgs } from 'node:util';
import { ChatClient } from './chat-client.js';

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      options: { timeout: { type: 'string', default: '300' } },
      allowPositionals: true,
    });
    const timeout = Number(values.timeout) * 1000;
    if (positionals.length !== 1 || !(timeout > 0)) throw new Error('one question is needed');
    return { question: positionals[0], timeout };
  } catch (error) {
    console.error(`${error.message}\nusage: node ask.js [--timeout SECONDS] QUESTION`);
    process.exit(2);
  }
}

async function ask({ question, timeout }, signal) {
  const chat = await ChatClient.connect(process.env.RABBITMQ_URI || 'amqp://localhost', {
    namespace: process.env.CHAT_NAMESPACE || 'chat',
  });
  try {
    if (!(await chat.listening())) console.error('No worker listens now; the request waits for one.');
    for await (const piece of chat.ask(question, { timeout, signal })) {
      if (piece.restart) console.error('\n(the answer begins again)');
      process.stdout.write(piece.content);
    }
    process.stdout.write('\n');
  } finally {
    await chat.close().catch(() => {});
  }
}

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
try {
  await ask(readArguments(), stop.signal);
} catch (error) {
  if (!stop.signal.aborted) console.error(`\n${error.message}`);
  process.exitCode = stop.signal.aborted ? 130 : 1;
}
