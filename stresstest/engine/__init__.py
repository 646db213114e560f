# SPDX-License-Identifier: Apache-2.0
"""Plan, render, decode, store: everything that costs, made resumable."""
