# SPDX-License-Identifier: Apache-2.0
"""The page that compares a recording with its profile: one file, nothing fetched, no script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from stresstest.fitting import figures
from stresstest.fitting.figures import decibel
from stresstest.fitting.fit import Fit
from stresstest.fitting.measures import SPEECH_HZ
from stresstest.fitting.recording import Recording

VERDICTS = {
    "close": "A close fit: a recognizer should meet the re-synthesis as it meets the room.",
    "fair": "A fair fit: good for comparing systems and accents; the course in time is only roughly the room's.",
    "rough": "A rough fit: the room does things, most often over time, that this profile does not.",
}

STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; color: #1b2430; background: #fff;
  max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.verdict { border-left: 5px solid #0072b2; padding: .4rem 1rem; background: #eef4f9; }
.verdict.fair { border-color: #e69f00; background: #fdf6e7; } 
.verdict.rough { border-color: #d55e00; background: #fcefe7; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; } .wide { overflow-x: auto; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #d8dee6; vertical-align: top; }
td.n, th.n { text-align: right; padding-right: 1.2rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
img { max-width: 100%; height: auto; }
pre { background: #f5f7f9; padding: .8rem; white-space: pre-wrap; font-size: .82rem; }
.soft { color: #55606e; }
"""


def page(found: Fit, recording: Recording) -> str:
    """The whole page, all text escaped."""
    name = escape(found.labels.name)
    parts = [
        f"<h1>{name}: a noise profile fitted to a recording</h1>",
        f'<p class="verdict {found.goodness.verdict}"><strong>{VERDICTS[found.goodness.verdict]}</strong></p>',
        *_paragraphs(_opening(found, recording)),
        "<h2>How near it comes</h2>", _table(("", "", "what it means"), _goodness(found)),
        "<h2>Long-term spectrum</h2>", _figure(figures.spectrum(found), "Third-octave levels of both, and the lines"),
        "<h2>Modulation</h2>",
        "<p>How much the level of a band moves, by how often a second. Speech lives between 2 and 8 Hz: noise that "
        "moves there hides words and leaves gaps to listen in.</p>",
        _figure(figures.modulation(found), "Modulation spectra of both"),
        "<h2>Course of the level</h2>", _figure(figures.level(found), "Percentiles of the level of both"),
        f"<p>{escape(_slow(found))}</p>",
        "<h2>What makes the sound</h2>", _table(("part", "share of the A-weighted power"), _shares(found)),
        "<h2>Tonal lines</h2>", *_lines(found), "<h2>In a cycle</h2>", *_cycles(found),
        "<h2>Events at random</h2>", *_events(found),
        "<h2>The profile</h2>", f"<pre>{escape(found.text)}</pre>",
        "<h2>Limits</h2>", *_paragraphs(LIMITS),
    ]  # fmt: skip
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{name}</title>'
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}<style>{STYLE}</style></head><body>\n'
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


LIMITS = (
    "Speech is found by its moving pitch. Whispers, a distant murmur and voices far under the room's own noise are not "
    "found; they then count as noise. Sirens and music may be taken for voices and left out.",
    "A profile repeats the statistics of the room, not its history: events come at random, the slow level wanders as "
    "the room's did on average. Lines that come and go irregularly sound with a jittered repetition.",
    "Levels are those of the microphone that recorded: its own response and self-noise are in the profile. Use it with "
    "no device profile, or record with a flat microphone.",
)


def _opening(found: Fit, recording: Recording) -> Iterator[str]:
    yield (
        f"The recording lasts {recording.seconds:.1f} s at {recording.wave.rate_hz} Hz. Speech was found in "
        f"{100 * recording.speech:.1f} % of it and left out of every estimate; {recording.clean_s:.1f} s count. No "
        "sample of the recording is kept, in this page or in the profile: both hold averages and counts only."
    )
    if misses := found.goodness.misses():
        yield f"What keeps it from being close: {', '.join(misses)}; the table says by how much."
    if found.labels.source:
        yield f"Of the recording it is said: {found.labels.source}"
    yield from recording.notes
    if recording.clean_s < 60:
        yield (
            f"{recording.clean_s:.0f} s are short for the slow modulation and for events that are rarer than one in "
            "ten seconds; record a minute or more for those."
        )


def _goodness(found: Fit) -> Iterator[Sequence[str]]:
    g, low, high = found.goodness, f"{SPEECH_HZ[0]:g}", f"{SPEECH_HZ[1]:g}"
    yield (
        "Largest error of a third octave",
        f"{decibel(g.worst_db)} dB",
        f"at {g.worst_hz:.0f} Hz, from {low} to {high} Hz",
    )
    yield "Mean error of a third octave", f"{decibel(g.mean_db)} dB", "under 1 dB is not heard"
    yield "Energy explained", f"{100 * g.share:.1f} %", "of the recording's A-weighted energy, band by band"
    yield "Modulation, mean difference", f"{decibel(g.modulation_db)} dB", "2 dB or less is close"
    yield "Modulation, correlation", f"{g.modulation:.2f}", "over bands and rates; 1 is the same pattern"
    spread = decibel(found.recorded.spread_db)
    yield "L10 − L90", f"{decibel(g.spread_db)} dB", f"re-synthesis less recording, whose own is {spread} dB"


def _slow(found: Fit) -> str:
    if not found.slow.db:
        return "The level of the whole is steady: no slow modulation was found."
    return (
        f"The level of the whole wanders slowly by {found.slow.db:.1f} dB (standard deviation) and forgets where it "
        f"was in about {found.slow.seconds:.0f} s."
    )


def _shares(found: Fit) -> Iterator[Sequence[str]]:
    yield from ((part, f"{100 * share:.1f} %") for part, share in found.shares.items())


def _lines(found: Fit) -> Iterator[str]:
    if not found.lines:
        yield "<p>None was found.</p>"
        return
    shared = {id(line) for series in found.series if len(series.lines) > 1 for _, line in series.lines}
    place = {id(line): (k, s.f0_hz) for s in found.series for k, line in s.lines}
    rows = []
    for line in found.lines:
        k, f0 = place.get(id(line), (1, line.hz))
        harmonic = f"{k} × {f0:.2f} Hz" if id(line) in shared else "–"
        drift = f"± {100 * line.drift:.2f} %" if line.drift >= 0.0002 else "none"
        when = "steady"
        if line.cycle is not None:
            when = f"every {line.cycle.period_s:.3f} s, {100 * line.duty:.0f} % of the time"
        elif line.gate is not None:
            when = f"irregular, {100 * line.duty:.0f} % of the time"
        rows.append((f"{line.hz:.2f}", decibel(line.level_dbov), decibel(line.over_db), harmonic, drift, when))
    yield _table(("Hz", "dBov", "over the floor (dB)", "harmonic", "drift", "when"), rows, numbers=3)


def _cycles(found: Fit) -> Iterator[str]:
    rows = []
    for series in found.series:
        if (cycle := series.loudest.cycle) is not None:
            rows.append((f"tone of {series.f0_hz:.1f} Hz", *_cycle(cycle)))
    rows += [("bursts of noise", *_cycle(burst.cycle)) for burst in found.noise.bursts]
    rows += [
        (f"noise that swings by {swing.depth_db:.1f} dB", f"{swing.rate_hz:.3f}", "1", "50 %", "–")
        for swing in found.noise.swings
    ]
    header = ("what", "cycles a second", "pulses a cycle", "duty", "jitter")
    yield _table(header, rows) if rows else "<p>Nothing repeats regularly.</p>"


def _cycle(cycle: object) -> tuple[str, ...]:
    from stresstest.fitting.rhythm import Cycle

    assert isinstance(cycle, Cycle)
    duty = 100 * sum(cycle.durations_s) / cycle.period_s
    return f"{1 / cycle.period_s:.4g}", str(len(cycle.onsets_s)), f"{duty:.0f} %", f"± {100 * cycle.jitter:.1f} %"


def _events(found: Fit) -> Iterator[str]:
    centers = found.recorded.centers_hz
    rows = []
    for event in found.noise.happenings:
        bands = centers[event.power > 0]
        band = f"{bands[0]:.0f} to {bands[-1]:.0f} Hz"
        rows.append(
            (str(event.count), f"{60 * event.rate_hz:.1f}", f"{event.decay_s:.2f} s", decibel(event.spread_db), band)
        )
    header = ("found", "a minute", "time to fall by 60 dB", "spread of levels (dB)", "band")
    yield _table(header, rows) if rows else "<p>None was found.</p>"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]] | Iterator[Sequence[str]], numbers: int = 0) -> str:
    def cells(row: Sequence[str], tag: str) -> str:
        return "".join(f"<{tag}{' class=n' if i < numbers else ''}>{escape(c)}</{tag}>" for i, c in enumerate(row))

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    return f'<div class="wide"><table><tr>{cells(header, "th")}</tr>{body}</table></div>'


def _figure(address: str, alt: str) -> str:
    return f'<img src="{address}" alt="{escape(alt)}">'


def _paragraphs(texts: Sequence[str] | Iterator[str]) -> Iterator[str]:
    yield from (f"<p>{escape(text)}</p>" for text in texts)
