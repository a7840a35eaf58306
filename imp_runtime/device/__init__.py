"""The device of an agent: its connection, its Squirrel, and scripts of what happens to it."""
