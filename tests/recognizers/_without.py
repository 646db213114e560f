# SPDX-License-Identifier: Apache-2.0
"""Back ends that cannot run here, each with the reason; the only place where one is said."""

WITHOUT: dict[str, str] = {}
