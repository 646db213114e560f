# SPDX-License-Identifier: Apache-2.0
"""What can be done to a signal; one file a kind."""

from stresstest.perturbations.base import Effect, Perturbation, Room, RoomResponse, Sound, Source

__all__ = ["Effect", "Perturbation", "Room", "RoomResponse", "Sound", "Source"]
