package io.chatworker.load;

import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;

/** A report as SVG files: what a token costs, how long it takes, and how both grow. */
final class Drawing {

    static {
        System.setProperty("java.awt.headless", "true");
    }

    private static final int WIDTH = 760;
    private static final int HEIGHT = 380;
    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    private static final Pattern DECIMALS = Pattern.compile("(\\d\\.\\d)\\d+");
    private static final Pattern STREAMS = Pattern.compile("(\\d+)x[\\d.]+");
    private static final Pattern HISTORY = Pattern.compile("history-(\\d+)k");
    private static final Color[] COLORS = {
        new Color(0x1f6feb), new Color(0xe08a00), new Color(0x2da44e), new Color(0x8250df), new Color(0xcf222e)
    };

    private final Report report;

    Drawing(Report report) {
        this.report = report;
    }

    /** Writes the files that the report has figures for: costs, latencies and growth. */
    void into(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String scenario : report.scenarios()) {
            if (report.subjects(scenario).size() > 1) {
                save(cost(scenario), folder.resolve("cost-" + scenario + ".svg"));
                save(latency(scenario), folder.resolve("latency-" + scenario + ".svg"));
            }
        }
        String streams = "streams at the same time";
        growth(folder, "streams-cpu", STREAMS, new Axes(streams, "CPU per token, µs"), Metric.CPU);
        growth(folder, "streams-latency", STREAMS, new Axes(streams, "added latency p99, ms"), Metric.LATENCY_P99);
        growth(folder, "streams-memory", STREAMS, new Axes(streams, "peak resident memory, MiB"), Metric.PEAK);
        String history = "size of a request, KB";
        growth(folder, "history-cpu", HISTORY, new Axes(history, "CPU per answer, ms"), Metric.ANSWER_CPU);
        growth(folder, "history-latency", HISTORY, new Axes(history, "added to first token p50, ms"), Metric.FIRST_P50);
        growth(folder, "history-memory", HISTORY, new Axes(history, "peak resident memory, MiB"), Metric.PEAK);
    }

    private record Axes(String x, String y) {}

    /** Bars of the medians; a line spans half of what lies between the least and the most. */
    private CategoryChart cost(String scenario) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("What a token costs, " + scenario)
                .yAxisTitle("CPU per token, µs")
                .build();
        style(chart.getStyler());
        chart.getStyler()
                .setLabelsVisible(true)
                .setLabelsPosition(0.06)
                .setLabelsFont(FONT)
                .setAvailableSpaceFill(0.7)
                .setDecimalPattern("0");
        chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
        List<String> subjects = report.subjects(scenario).stream()
                .filter(subject -> !report.values(scenario, subject, Metric.CPU).isEmpty())
                .sorted(Comparator.comparingDouble(
                        subject -> spread(scenario, subject, Metric.CPU).median()))
                .toList();
        bars(chart, "process", scenario, subjects, Metric.CPU);
        if (subjects.stream()
                .noneMatch(subject ->
                        report.values(scenario, subject, Metric.BROKER_CPU).isEmpty())) {
            bars(chart, "broker", scenario, subjects, Metric.BROKER_CPU);
        }
        return chart;
    }

    private void bars(CategoryChart chart, String name, String scenario, List<String> subjects, Metric metric) {
        List<Spread> spreads = subjects.stream()
                .map(subject -> spread(scenario, subject, metric))
                .toList();
        chart.addSeries(
                name,
                subjects,
                spreads.stream().map(Spread::median).toList(),
                spreads.stream()
                        .map(spread -> (spread.most() - spread.least()) / 2)
                        .toList());
    }

    private Spread spread(String scenario, String subject, Metric metric) {
        Spread spread = Spread.of(report.values(scenario, subject, metric));
        if (spread == null) {
            throw new IllegalArgumentException("no figures of " + subject);
        }
        return spread;
    }

    /** What part of the tokens came how late. */
    private XYChart latency(String scenario) {
        XYChart chart = lines(
                "From Ollama's write to the consumer's read, " + scenario,
                new Axes("added latency, ms", "% of the tokens that took longer"));
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
        chart.getStyler().setXAxisLogarithmicDecadeOnly(true).setYAxisLogarithmicDecadeOnly(true);
        chart.getStyler().setYAxisDecimalPattern("0.#");
        for (String subject : report.subjects(scenario)) {
            Map<Metric, Double> medians = report.medians(scenario, subject);
            TreeMap<Double, Double> longer = new TreeMap<>();
            Window.LATENCY.forEach((metric, percentile) -> {
                Double milliseconds = medians.get(metric);
                if (milliseconds != null && milliseconds > 0) {
                    longer.put(milliseconds, 100 - percentile);
                }
            });
            line(chart, subject, longer);
        }
        return chart;
    }

    /** One line for each subject over the number in the names of the scenarios. */
    private void growth(Path folder, String name, Pattern scenarios, Axes axes, Metric metric) throws IOException {
        XYChart chart = lines("", axes);
        chart.getStyler()
                .setXAxisLogarithmic(true)
                .setXAxisLogarithmicDecadeOnly(true)
                .setYAxisMin(0.0);
        Map<String, TreeMap<Double, Double>> points = new TreeMap<>();
        for (String scenario : report.scenarios()) {
            Matcher number = scenarios.matcher(scenario);
            for (String subject : number.matches() ? report.subjects(scenario) : List.<String>of()) {
                Double value = report.medians(scenario, subject).get(metric);
                if (value != null) {
                    points.computeIfAbsent(subject, _ -> new TreeMap<>())
                            .put(Double.parseDouble(number.group(1)), value);
                }
            }
        }
        points.values().removeIf(line -> line.size() < 2);
        points.forEach((subject, line) -> line(chart, subject, line));
        if (!points.isEmpty()) {
            save(chart, folder.resolve(name + ".svg"));
        }
    }

    private static XYChart lines(String title, Axes axes) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(axes.x)
                .yAxisTitle(axes.y)
                .build();
        style(chart.getStyler());
        chart.getStyler().setXAxisDecimalPattern("#,##0.###").setYAxisDecimalPattern("#,##0.#");
        return chart;
    }

    private static void line(XYChart chart, String name, SortedMap<Double, Double> points) {
        if (!points.isEmpty()) {
            XYSeries series = chart.addSeries(name, new ArrayList<>(points.keySet()), new ArrayList<>(points.values()));
            series.setLineWidth(2);
        }
    }

    private static void style(AxesChartStyler styler) {
        styler.setSeriesColors(COLORS);
        styler.setBaseFont(FONT);
        styler.setChartTitleFont(FONT.deriveFont(Font.BOLD, 14));
        styler.setLegendFont(FONT);
        styler.setAxisTitleFont(FONT);
        styler.setAxisTickLabelsFont(FONT);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendPosition(LegendPosition.OutsideE);
    }

    private static void save(Chart<?, ?> chart, Path file) throws IOException {
        ByteArrayOutputStream svg = new ByteArrayOutputStream();
        VectorGraphicsEncoder.saveVectorGraphic(chart, svg, VectorGraphicsFormat.SVG);
        // A tenth of a pixel is enough, and the file half as large.
        Files.writeString(
                file, DECIMALS.matcher(svg.toString(StandardCharsets.UTF_8)).replaceAll("$1"));
    }
}
