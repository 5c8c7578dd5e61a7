"""Where a model would run on this machine, and about how much memory it would take there.

Nothing here imports a tensor library: the driver's own tool is asked for the cards.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.doctor import machine

LIBRARY = 400 * 10**6
"""Bytes that the libraries take in a process; on a card, about what its driver keeps for one."""
PICTURES = 350 * 10**6
"""Bytes for one frame on its way through a detector.

Both are of D-FINE (125 MB of weights, 850 MB at most) and OWLv2 (620 MB, 1360 MB) on a processor.
"""


@dataclass(frozen=True, slots=True)
class Device:
    """``memory`` in bytes, None where unknown; ``gpu`` tells a card from the processor."""

    name: str
    gpu: bool
    memory: int | None


def processor() -> Device:
    """The processor, with the memory of the machine or of its process group."""
    return Device("", False, machine.memory_bytes())


def automatic() -> Device:
    """What "auto" takes for a checkpoint: the first card that torch can use, else the processor."""
    build = machine.torch_build()
    found = machine.cards()
    if not found or build is None or build.endswith("+cpu"):
        return processor()
    name, memory = found[0]
    return Device(name, True, memory or None)


def expected(size: int, device: Device) -> int:
    """About how many bytes a checkpoint takes while one frame is looked at.

    :param size: bytes of its safetensors, taken to be of 32 bits, as published ones mostly are;
        a card holds them in half of that.
    """
    return LIBRARY + PICTURES + (size // 2 if device.gpu else size)
