# SPDX-License-Identifier: Apache-2.0
"""Everything in recordings and texts that is wrong, or worth a second look, in one pass."""

from stresstest.corpora.audit.whole import audit, checksums

__all__ = ["audit", "checksums"]
