/**
 * Offers a tool and asks with it.
 *
 * RABBITMQ_URI (default amqp://localhost) and CHAT_NAMESPACE (default chat) say where; the user there needs the rights of
 * `publisher` and of `tool`. Exit code: 0 answered, 1 not.
 */
import { ChatClient } from './chat-client.js';
import { ChatTools } from './chat-tools.js';

const GET_WEATHER = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Weather of a city',
    parameters: { type: 'object', required: ['city'], properties: { city: { type: 'string' } } },
  },
};

const place = [process.env.RABBITMQ_URI || 'amqp://localhost', { namespace: process.env.CHAT_NAMESPACE || 'chat' }];
const tools = await ChatTools.connect(...place);
const chat = await ChatClient.connect(...place);
try {
  await tools.offer('get_weather', ({ arguments: { city } }) => {
    console.log(`(asked for ${city})`); // the model's; nobody has checked it
    return { city, celsius: 18, sky: 'light rain' };
  });
  const request = { message: 'What is the weather in Paris?', tools: [GET_WEATHER], tool_rounds: 2 };
  console.log(await chat.ask(request).read());
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await chat.close().catch(() => {});
  await tools.close().catch(() => {});
}
