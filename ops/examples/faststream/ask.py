"""Runs the service for one question and prints the answer while it is made.

RABBITMQ_URI (default amqp://localhost) and CHAT_NAMESPACE (default chat) say where. Exit code: 0 answered, 1 not,
130 Ctrl-C, which cancels the request.
"""

import argparse
import asyncio
import logging
import sys

from chat_client import ChatError, Piece
from service import ask, broker


def show(piece: Piece) -> None:
    if piece.restart:
        print("\n(the answer begins again)", file=sys.stderr)
    print(piece.content, end="", flush=True)


async def main(question: str, timeout: float) -> int:
    logging.disable()  # what matters is said once, below
    async with broker:
        await broker.start()
        try:
            await ask(question, show, timeout)
        except ChatError as error:
            print(f"\n{error}", file=sys.stderr)
            return 1
    print()
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Asks one question and prints the answer while it is made.")
    parser.add_argument("question")
    parser.add_argument("--timeout", type=float, default=300, metavar="SECONDS", help="default: %(default)s")
    arguments = parser.parse_args()
    try:
        sys.exit(asyncio.run(main(arguments.question, arguments.timeout)))
    except KeyboardInterrupt:
        sys.exit(130)
