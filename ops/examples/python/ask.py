"""Asks one question and prints the answer while it is made.

RABBITMQ_URI (default amqp://localhost) and CHAT_NAMESPACE (default chat) say where. Exit code: 0 answered, 1 not,
130 Ctrl-C, which cancels the request.
"""

import argparse
import asyncio
import logging
import os
import sys

from aio_pika.exceptions import AMQPError

from chat_client import ChatClient, ChatError


def say(text: str) -> None:
    print(text, file=sys.stderr)


async def ask(question: str, timeout: float) -> None:
    uri = os.environ.get("RABBITMQ_URI") or "amqp://localhost"
    namespace = os.environ.get("CHAT_NAMESPACE") or "chat"
    async with await ChatClient.connect(uri, namespace) as chat:
        if not await chat.listening():
            say("No worker listens now; the request waits for one.")
        async with chat.ask(question, timeout) as answer:
            async for piece in answer:
                if piece.restart:
                    say("\n(the answer begins again)")
                print(piece.content, end="", flush=True)
    print()


def main() -> int:
    parser = argparse.ArgumentParser(description="Asks one question and prints the answer while it is made.")
    parser.add_argument("question")
    parser.add_argument("--timeout", type=float, default=300, metavar="SECONDS", help="default: %(default)s")
    arguments = parser.parse_args()
    logging.disable()  # what matters is said once, below
    try:
        asyncio.run(ask(arguments.question, arguments.timeout))
        return 0
    except KeyboardInterrupt:
        return 130
    except (ChatError, AMQPError, OSError) as error:
        say(f"\n{error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
