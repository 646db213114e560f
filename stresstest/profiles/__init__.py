# SPDX-License-Identifier: Apache-2.0
"""Profiles: perturbations as data, one YAML file each."""

from stresstest.profiles.profile import STAGES, Layer, Profile

__all__ = ["STAGES", "Layer", "Profile"]
