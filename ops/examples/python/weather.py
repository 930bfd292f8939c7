"""Offers a tool and asks with it.

RABBITMQ_URI (default amqp://localhost) and CHAT_NAMESPACE (default chat) say where; the user there needs the rights of
`publisher` and of `tool`. Exit code: 0 answered, 1 not.
"""

import asyncio
import os
import sys

from chat_client import ChatClient, ChatError
from chat_tools import ChatTools

GET_WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Weather of a city",
        "parameters": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}},
    },
}


async def weather(call):
    city = call["arguments"]["city"]  # the model's; nobody has checked it
    print(f"(asked for {city})")
    return {"city": city, "celsius": 18, "sky": "light rain"}


async def main() -> int:
    place = os.environ.get("RABBITMQ_URI") or "amqp://localhost", os.environ.get("CHAT_NAMESPACE") or "chat"
    async with await ChatTools.connect(*place) as tools, await ChatClient.connect(*place) as chat:
        await tools.offer("get_weather", weather)
        request = {"message": "What is the weather in Paris?", "tools": [GET_WEATHER], "tool_rounds": 2}
        try:
            async with chat.ask(request) as answer:
                print(await answer.read())
        except ChatError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
