package io.connectorkit.benchmarks.contest;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything one run of {@code dev/bench} measured.
 *
 * @param command what was typed
 * @param quick whether it only showed that everything works
 */
public record Results(
        String date,
        Machine machine,
        String command,
        boolean quick,
        Findings findings,
        List<JmhScore> scores,
        List<Ratio> jmhRatios,
        List<Bar.Verdict> jmhBars) {

    static final String FILE = "results.json";

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /** All ratios: what {@code --compare} looks at. */
    List<Ratio> ratios() {
        List<Ratio> ratios = new ArrayList<>();
        findings.standings().forEach(standing -> ratios.addAll(standing.ratios()));
        ratios.addAll(jmhRatios);
        return ratios;
    }

    /** All bars, of contests, figures and hot paths. */
    List<Bar.Verdict> verdicts() {
        List<Bar.Verdict> verdicts = new ArrayList<>(findings.verdicts());
        verdicts.addAll(jmhBars);
        return verdicts;
    }

    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(FILE), JSON.writeValueAsString(this) + "\n");
    }

    /** Of a folder of results or of the file itself. */
    static Results read(Path path) throws IOException {
        return JSON.readValue((Files.isDirectory(path) ? path.resolve(FILE) : path).toFile(), Results.class);
    }

    static void write(Findings findings, Path file) throws IOException {
        JSON.writeValue(file.toFile(), findings);
    }

    static Findings readFindings(Path file) throws IOException {
        return JSON.readValue(file.toFile(), Findings.class);
    }
}
