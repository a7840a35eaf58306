"""The I/O thread and the transports on it."""
