# SPDX-License-Identifier: Apache-2.0
"""How the gap in word error rate between accents changes under the acoustic conditions of a deployment."""

__version__ = "0.1.0"
