package io.kafscale.cli;

import io.kafscale.checkpoint.GroupInUseException;
import io.kafscale.config.ConfigException;
import io.kafscale.segment.CorruptSegmentException;
import io.kafscale.segment.UnsupportedSegmentException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The command {@code kafscale}: finds its subcommand, and turns whatever goes wrong into one line and an exit code. */
@Command(
        name = "kafscale",
        description =
                "Processes KafScale topics straight where they are stored, without brokers; looks into them, and at who"
                        + " processes them.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all is well",
            "1:the data is damaged, something in it is missing or stands there twice, or what was asked for is not done to"
                    + " a group at work",
            "2:wrong usage, or the data cannot be reached",
            "3:the service ended without being asked to"
        })
public final class Kafscale {

    /** All is well. */
    static final int SOUND = 0;

    /** The data is not as it should be. */
    static final int UNSOUND = 1;

    /** What was asked for was understood, and is not done as things are. */
    static final int REFUSED = 1;

    /** The command was not understood, or the data could not be reached. */
    static final int FAILED = 2;

    /** The service ended without being asked to. */
    static final int ENDED = 3;

    private static final String DEBUG = "--debug";

    @Option(
            names = DEBUG,
            scope = ScopeType.INHERIT,
            description = "Show where in the program a failure happened, and what the clients of S3 and etcd do.")
    private boolean debug;

    private Kafscale() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        if (Arrays.asList(args).contains(DEBUG)) {
            System.setProperty(Logging.DEBUG, "true");
        } else {
            LogManager.getLogManager().reset(); // etcd's client logs past SLF4J, too
        }
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        Terminal terminal =
                new Terminal(new FileOutputStream(FileDescriptor.out), err, Boolean.getBoolean("kafscale.interactive"));
        System.exit(run(terminal, args));
    }

    /** Runs the command; never throws. */
    static int run(Terminal terminal, String... args) {
        Kafscale root = new Kafscale();
        try {
            PrintWriter out = new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8);
            return new CommandLine(root)
                    .addSubcommand(new RunCommand(terminal))
                    .addSubcommand(new DumpCommand(terminal))
                    .addSubcommand(new ListCommand(terminal))
                    .addSubcommand(new VerifyCommand(terminal))
                    .addSubcommand(new OffsetsCommand(terminal))
                    .setCaseInsensitiveEnumValuesAllowed(true)
                    .setOut(out)
                    .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
                    .setParameterExceptionHandler((e, given) -> misused(terminal, e))
                    .setExecutionExceptionHandler((e, command, parsed) -> root.failed(terminal, e))
                    .execute(args);
        } catch (OutOfMemoryError e) {
            terminal.error("out of memory: the largest segment and batch have to fit; give Java more, as in"
                    + " JAVA_OPTS=-Xmx1g kafscale ...");
            return FAILED;
        }
    }

    private static int misused(Terminal terminal, ParameterException e) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        terminal.error(e.getMessage() + " (" + command + " --help tells more)");
        return FAILED;
    }

    private int failed(Terminal terminal, Exception e) {
        if (e instanceof ClosedPipeException) {
            return SOUND;
        }
        boolean damaged = e instanceof CorruptSegmentException || e instanceof UnsupportedSegmentException;
        boolean foreseen = damaged || e instanceof IOException || e instanceof IllegalStateException;
        if (e instanceof ConfigException wrong) {
            wrong.problems().forEach(problem -> terminal.error(problem.toString()));
        } else {
            terminal.error(foreseen ? String.valueOf(e.getMessage()) : "a defect of this program: " + e);
        }
        if (debug) {
            e.printStackTrace(terminal.err());
        }
        return damaged ? UNSOUND : e instanceof GroupInUseException ? REFUSED : FAILED;
    }
}
