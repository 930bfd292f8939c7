"""Draws the dashboard of this folder from a live Prometheus; ops/dashboard --help says how."""

import argparse
import json
import math
import os
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timezone
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.dates as dates  # noqa: E402 (the backend comes first)
import matplotlib.pyplot as pyplot  # noqa: E402
from matplotlib.ticker import FuncFormatter  # noqa: E402

DASHBOARD = Path(__file__).parent / "dashboards" / "chat-worker.json"
POINTS = 240  # of a line at most
UNIT_INCHES = (0.62, 0.34)  # of one unit of Grafana's grid
COLORS = {"green": "#56a64b", "orange": "#ff9830", "red": "#e02f44", "blue": "#3274d9"}
LINES = ["#3274d9", "#56a64b", "#e0b400", "#e02f44", "#a352cc", "#37872d", "#ff780a", "#5794f2", "#b877d9", "#8f3bb8"]
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(text):
    found = re.fullmatch(r"(\d+)([smhd])", text)
    if not found:
        raise argparse.ArgumentTypeError(f"{text} is no duration such as 30s, 15m, 6h or 3d")
    return int(found[1]) * SECONDS[found[2]]


def instant(text):
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no time such as 2026-11-25T22:30:00Z") from None


def arguments():
    parser = argparse.ArgumentParser(prog="ops/dashboard")
    parser.add_argument("--prometheus", default=os.environ.get("PROMETHEUS_URL") or "http://localhost:9090")
    parser.add_argument("--out", default="dashboard.png")
    parser.add_argument("--last", type=seconds, default=3600)
    parser.add_argument("--to", type=instant, default=time.time())
    parser.add_argument("--rows", default="")
    parser.add_argument("--worker", default=".*")
    parser.add_argument("--model", default=".*")
    parser.add_argument("--scrape", type=seconds, default=15)
    return parser.parse_args()


class Prometheus:
    """Asks as Grafana does: the dashboard's variables replaced, one sample for each step."""

    def __init__(self, options):
        self.url = options.prometheus.rstrip("/")
        self.end = options.to
        self.start = options.to - options.last
        self.step = max(options.scrape, math.ceil(options.last / POINTS))
        self.replaced = {
            "$__rate_interval": f"{max(4 * options.scrape, self.step + options.scrape)}s",
            "$worker": options.worker,
            "$model": options.model,
        }

    def over_time(self, expression):
        """Series as (labels, times, values)."""
        asked = {"query": self._filled(expression), "start": self.start, "end": self.end, "step": self.step}
        return [(one["metric"], *self._columns(one["values"])) for one in self._get("query_range", asked)]

    def at_the_end(self, expression):
        """Samples as (labels, value)."""
        asked = {"query": self._filled(expression), "time": self.end}
        return [(one["metric"], float(one["value"][1])) for one in self._get("query", asked)]

    def _filled(self, expression):
        for name, value in self.replaced.items():
            expression = expression.replace(name, value)
        return expression

    def _columns(self, values):
        """A gap of more than a step is no line."""
        times, numbers = [], []
        for at, value in values:
            if times and at - times[-1] > 1.5 * self.step:
                times.append(at - self.step)
                numbers.append(math.nan)
            times.append(at)
            numbers.append(float(value))
        return times, numbers

    def _get(self, what, asked):
        try:
            body = urllib.parse.urlencode(asked).encode()
            with urllib.request.urlopen(f"{self.url}/api/v1/{what}", body, timeout=30) as answer:
                return json.load(answer)["data"]["result"]
        except urllib.error.HTTPError as error:
            sys.exit(f"{self.url} refused a query ({error.code}): {asked['query']}\n{error.read().decode()[:500]}")
        except OSError as error:
            sys.exit(f"No Prometheus answers at {self.url} ({error}). Start one, or name it by --prometheus.")


def readable(value, unit):
    if math.isnan(value):
        return "-"
    if unit == "percentunit":
        return f"{value * 100:.3g} %"
    if unit == "bytes":
        return f"{value / 2**20:.0f} MiB"
    if unit == "s":
        return f"{value * 1000:.3g} ms" if 0 < value < 1 else f"{value:.3g} s" if value < 600 else f"{value / 60:.0f} min"
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"


def color_of(value, defaults):
    color = "green"
    for step in defaults.get("thresholds", {}).get("steps", []):
        if step["value"] is None or value >= step["value"]:
            color = step["color"]
    return COLORS.get(color, color)


def legend_of(target, labels):
    pattern = target.get("legendFormat") or ", ".join(f"{name}={value}" for name, value in labels.items())
    return re.sub(r"{{\s*(\w+)\s*}}", lambda name: labels.get(name[1], ""), pattern).strip() or "all"


def clock(seconds_since_1970):
    return datetime.fromtimestamp(seconds_since_1970, timezone.utc)


class Picture:
    def __init__(self, dashboard, prometheus, rows):
        self.prometheus = prometheus
        self.panels = chosen(dashboard, rows)
        self.annotations = dashboard["annotations"]["list"]
        self.height = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in self.panels)
        width, unit = UNIT_INCHES
        self.figure = pyplot.figure(figsize=(24 * width, (self.height + 1) * unit), facecolor="white")
        self.figure.text(0.004, 1 - 0.6 / (self.height + 1), self._title(dashboard), va="center", size=11, weight="bold")

    def _title(self, dashboard):
        start, end = clock(self.prometheus.start), clock(self.prometheus.end)
        return f"{dashboard['title']}   {start:%Y-%m-%d %H:%M:%S} to {end:%H:%M:%S} UTC"

    def draw(self):
        regions = [region for annotation in self.annotations for region in self._regions(annotation)]
        for panel in self.panels:
            axes = self._axes(panel)
            getattr(self, "_" + panel["type"].replace("-", "_"))(axes, panel)
            if panel["type"] in ("timeseries", "state-timeline"):
                self._time(axes)
            if panel["type"] == "timeseries":
                for begins, ends, color in regions:
                    axes.axvspan(clock(begins), clock(ends), color=color, alpha=0.07, lw=0)
                    axes.axvline(clock(begins), color=color, lw=0.8, ls=":")

    def _regions(self, annotation):
        step = self.prometheus.step
        for _, times, values in self.prometheus.over_time(annotation["expr"]):
            active = [at for at, value in zip(times, values) if value > 0]
            while active:
                ends = 0
                while ends + 1 < len(active) and active[ends + 1] - active[ends] <= 1.5 * step:
                    ends += 1
                yield active[0], active[ends] + step, COLORS[annotation["iconColor"]]
                active = active[ends + 1 :]

    def _axes(self, panel):
        place, full = panel["gridPos"], self.height + 1
        row = panel["type"] == "row"
        stat = panel["type"] in ("stat", "table")
        left, right, above, below = (0.1, 0.1, 0.1, 0.1) if row else (0.1, 0.1, 0.9, 0.1) if stat else (0.9, 0.2, 0.9, 1.9)
        axes = self.figure.add_axes((
            (place["x"] + left) / 24,
            1 - (1 + place["y"] + place["h"] - below) / full,
            (place["w"] - left - right) / 24,
            (place["h"] - above - below) / full,
        ))
        if not row:
            axes.set_title(panel["title"], size=8, loc="left", pad=3, weight="bold")
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        axes.tick_params(labelsize=6.5, length=2)
        return axes

    def _time(self, axes):
        axes.set_xlim(clock(self.prometheus.start), clock(self.prometheus.end))
        locator = dates.AutoDateLocator(maxticks=6)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(dates.DateFormatter("%H:%M" if self.prometheus.end - self.prometheus.start >= 600 else "%H:%M:%S"))

    def _row(self, axes, panel):
        axes.set_axis_off()
        axes.text(0, 0.4, panel["title"], size=9, weight="bold", color="#444", va="center")
        axes.axhline(0, color="#bbb", lw=0.8)

    def _stat(self, axes, panel):
        defaults = panel["fieldConfig"]["defaults"]
        samples = self.prometheus.at_the_end(panel["targets"][0]["expr"])
        value = samples[0][1] if samples else math.nan
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_facecolor("#888" if math.isnan(value) else color_of(value, defaults))
        axes.text(0.5, 0.5, readable(value, defaults["unit"]), transform=axes.transAxes, ha="center", va="center", size=15, color="white", weight="bold")

    def _timeseries(self, axes, panel):
        defaults = panel["fieldConfig"]["defaults"]
        highest, number = 0.0, 0
        for target in panel["targets"]:
            for labels, times, values in self.prometheus.over_time(target["expr"]):
                axes.plot([clock(at) for at in times], values, lw=1, color=LINES[number % len(LINES)], label=legend_of(target, labels))
                highest = max([highest] + [value for value in values if math.isfinite(value)])
                number += 1
        if defaults["custom"].get("thresholdsStyle"):
            for step in defaults["thresholds"]["steps"]:
                if step["value"] is not None and step["value"] <= 1.5 * highest:
                    axes.axhline(step["value"], color=COLORS[step["color"]], lw=0.9, ls="--")
                    highest = max(highest, step["value"])
        axes.set_ylim(0, highest * 1.08 or 1)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: readable(value, defaults["unit"])))
        axes.grid(axis="y", color="#e5e5e5", lw=0.6)
        self._legend(axes, number)

    def _legend(self, axes, number):
        if number:
            axes.legend(loc="upper left", bbox_to_anchor=(-0.06, -0.13), ncol=3, fontsize=5.8, frameon=False, handlelength=1, columnspacing=0.9, labelspacing=0.15)

    def _state_timeline(self, axes, panel):
        states = panel["fieldConfig"]["defaults"]["mappings"][0]["options"]
        names = []
        for target in panel["targets"]:
            for labels, times, values in self.prometheus.over_time(target["expr"]):
                for at, value in zip(times, values):
                    if not math.isnan(value):
                        color = COLORS[states[str(int(value))]["color"]]
                        axes.barh(len(names), self.prometheus.step / 86400, left=dates.date2num(clock(at)), height=0.7, color=color, lw=0)
                names.append(legend_of(target, labels))
        axes.set_yticks(range(len(names)), [""] * len(names))
        for place, name in enumerate(names):
            axes.text(0.005, place, name, transform=axes.get_yaxis_transform(), size=6, va="center", color="black")
        axes.xaxis_date()

    def _table(self, axes, panel):
        axes.set_axis_off()
        samples = [labels for labels, _ in self.prometheus.at_the_end(panel["targets"][0]["expr"])]
        columns = sorted({name for labels in samples for name in labels})
        if not samples:
            axes.text(0, 0.7, "none", size=7, color="#888")
            return
        cells = [[labels.get(name, "") for name in columns] for labels in samples[:8]]
        table = axes.table(cellText=cells, colLabels=columns, loc="upper left", cellLoc="left", edges="horizontal")
        table.auto_set_font_size(False)
        table.set_fontsize(6.5)


def chosen(dashboard, rows):
    """The panels of these rows, moved together; collapsed rows are opened."""
    wanted = {name.strip() for name in rows.split(",") if name.strip()}
    titles = [panel["title"] for panel in dashboard["panels"] if panel["type"] == "row"]
    unknown = wanted - set(titles)
    if unknown:
        sys.exit(f"The dashboard has no row {', '.join(sorted(unknown))}; it has {', '.join(titles)}.")
    panels, moved, shows = [], 0, True
    below = 0
    for panel in dashboard["panels"]:
        if panel["type"] == "row":
            shows = not wanted or panel["title"] in wanted
        place = panel["gridPos"]
        if shows:
            if panel["type"] == "row":
                moved = place["y"] - below
            panels.append({**panel, "gridPos": {**place, "y": place["y"] - moved}})
            panels += [{**inner, "gridPos": {**inner["gridPos"], "y": inner["gridPos"]["y"] - moved}} for inner in panel.get("panels", [])]
            below = max(one["gridPos"]["y"] + one["gridPos"]["h"] for one in panels)
    return panels


def save(figure, file):
    if file.endswith(".svg"):
        figure.savefig(file)
        return
    from PIL import Image

    figure.savefig(file, dpi=100)
    with Image.open(file) as image:
        few_colors = image.convert("RGB").quantize(128)
    few_colors.save(file, optimize=True)


def main():
    options = arguments()
    if not options.out.endswith((".png", ".svg")):
        sys.exit(f"{options.out} must end in .png or .svg.")
    dashboard = json.loads(DASHBOARD.read_text())
    picture = Picture(dashboard, Prometheus(options), options.rows)
    picture.draw()
    save(picture.figure, options.out)
    print(options.out)


if __name__ == "__main__":
    main()
