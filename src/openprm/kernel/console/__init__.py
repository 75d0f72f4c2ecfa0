"""The engine room: what the vendor's operators see and repair."""
