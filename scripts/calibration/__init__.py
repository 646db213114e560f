# SPDX-License-Identifier: Apache-2.0
"""What the statistics do where the truth is known: thousands of worlds, judged method by method.

worlds.py      settings (speakers, accents, how unlike they are) and batches of worlds drawn from them
methods.py     the table of methods, and its rows about the gap, a rate and a change
groups.py      rows about many groups at once      curves.py    what an accent costs in decibels
systems.py     two systems, a second opinion       wrong.py     what this project refuses: the harness's own test
candidates.py  what the tool might take up
harness.py     settings × methods → figures
page.py        figures → docs/calibration.md       plots.py     figures → docs/calibration.svg
remarks.md     what a person says of the figures
"""
