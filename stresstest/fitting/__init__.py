# SPDX-License-Identifier: Apache-2.0
"""From a recording of a room to a profile without any of its samples."""
