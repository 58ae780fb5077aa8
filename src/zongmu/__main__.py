"""``python -m zongmu``: the command, where it is not on the path."""

from zongmu.cli.entry import command

if __name__ == "__main__":
    command()
