"""Faults on purpose: processes are killed, paused and cut off, and the figures must still be 0 lost, 0 doubled.

The package is also a Django app, so that the workers of these tests know its errands (tasks.py).
"""
