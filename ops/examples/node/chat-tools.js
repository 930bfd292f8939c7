/**
 * Offers functions to the models that the chat worker asks.
 *
 *     const tools = await ChatTools.connect('amqp://localhost');
 *     await tools.offer('get_weather', async ({ arguments: { city } }) => ({ city, celsius: 18 }));
 *     await tools.lost; // rejects when the connection is lost: exit, and be started again
 *
 * Copy this file into your service: it needs amqplib and the permissions of the broker user `tool`. Services that offer
 * the same function share its calls. A call may come twice, with the same `idempotency_key`: a function that must not act
 * twice remembers it.
 */
import amqp from 'amqplib';

const BROKER_TIMEOUT = 10_000; // ms to connect
const QUEUE = { 'x-expires': 60_000, 'x-max-length': 1_000 }; // as every service of a tool declares it

/** One connection, over which any number of functions may be offered. */
export class ChatTools {
  #connection;
  #namespace;
  /** Settles when the connection ends: rejects where it was lost. */
  lost;

  constructor(connection, namespace) {
    this.#connection = connection;
    this.#namespace = namespace;
    this.lost = new Promise((resolve, reject) => {
      connection.on('error', reject);
      connection.on('close', resolve);
    });
    this.lost.catch(() => {}); // for those who do not look at it
  }

  static async connect(uri = 'amqp://localhost', { namespace = 'chat' } = {}) {
    return new ChatTools(await amqp.connect(uri, { timeout: BROKER_TIMEOUT }), namespace);
  }

  /** Takes no more calls; those under way go to another service of the tool. */
  close() {
    return this.#connection.close();
  }

  /**
   * Has the function called for the models. What it throws, and being late, is told to the model.
   *
   * @param {string} name
   * @param {(call: object, signal: AbortSignal) => any} tool gets the call as the contract has it
   * @param {{concurrency?: number, timeout?: number}} [options] calls at once; ms for each
   */
  async offer(name, tool, { concurrency = 1, timeout = 30_000 } = {}) {
    const channel = await this.#connection.createConfirmChannel();
    const queue = `${this.#namespace}.tools.${name}`;
    await channel.assertQueue(queue, { durable: true, autoDelete: true, arguments: QUEUE });
    await channel.bindQueue(queue, `${this.#namespace}.tools`, name);
    // As many calls as may run at once; the others wait where other services of the tool find them.
    await channel.prefetch(concurrency);
    await channel.consume(queue, async (message) => {
      if (!message) return;
      const answer = await result(tool, message.content, timeout);
      const { replyTo, correlationId } = message.properties;
      try {
        if (answer && replyTo) {
          const properties = { contentType: 'application/json', type: 'chat.tool_result', correlationId };
          channel.sendToQueue(replyTo, Buffer.from(JSON.stringify(answer)), properties);
          await channel.waitForConfirms();
        }
        channel.ack(message); // only now: a service that dies leaves its calls to the others
      } catch {
        // The connection is lost, and the call comes again.
      }
    });
  }
}

/** What the worker is told; undefined where it does not wait any more. */
async function result(tool, body, timeout) {
  let end;
  try {
    const call = JSON.parse(body.toString());
    const left = Date.parse(call.deadline) - Date.now();
    if (left <= 0) return undefined;
    const late = new AbortController();
    const time = new Promise((_, reject) => {
      end = setTimeout(() => reject(new Error('no result in time')), Math.min(left, timeout));
    });
    time.catch(() => late.abort());
    return { content: (await Promise.race([tool(call, late.signal), time])) ?? '' };
  } catch (error) {
    return { error: String(error?.message ?? error).slice(0, 1000) };
  } finally {
    clearTimeout(end);
  }
}
