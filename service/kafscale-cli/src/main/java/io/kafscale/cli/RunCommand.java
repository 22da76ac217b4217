package io.kafscale.cli;

import io.kafscale.config.KafscaleConfig;
import io.kafscale.config.OpenedConfig;
import io.kafscale.config.Reached;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kafscale run}: a processor as a configuration file describes it. */
@Command(
        name = "run",
        description = "Processes topics as a configuration file says, until it is asked to end (SIGTERM, Ctrl-C).",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it was asked to end, and gave everything back; with --check: all is well",
            "1:it was asked to end, and a write was not done within processor.drain_limit_seconds; nothing is lost, its"
                    + " records come again",
            "2:the configuration is wrong, or what is needed from the start cannot be opened; with --check: something"
                    + " cannot be reached",
            "3:it ended without being asked to, because stop_processor said so, or of a defect; the log says why"
        },
        footer = {
            "",
            "Serves /metrics, /healthz (works) and /readyz (is in its group) at port 9093 unless the file says otherwise."
                    + " Logs go to standard error. Sinks of your own: put their jars into KAFSCALE_CLASSPATH."
        })
final class RunCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(names = "--config", paramLabel = "FILE", required = true, description = "The configuration, a YAML file.")
    private Path file = Path.of("");

    @Option(
            names = "--check",
            description = "Only say whether the file is right, and whether all that it names can be reached.")
    private boolean check;

    RunCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        KafscaleConfig config = KafscaleConfig.load(file);
        if (check) {
            return check(config);
        }
        Logging.start(config.service());
        return new Service(config).run();
    }

    private int check(KafscaleConfig config) throws IOException {
        Output out = new Output(terminal.out());
        try (OpenedConfig opened = config.open()) {
            List<Reached> results = opened.check();
            for (Reached result : results) {
                out.write(Shown.line(result.toString()) + "\n");
            }
            out.flush();
            return results.stream().allMatch(Reached::isReached) ? Kafscale.SOUND : Kafscale.FAILED;
        }
    }
}
