package io.kafscale.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** What one run of the command, inside this JVM, came to. */
record CommandRun(int exitCode, String out, String err) {

    static final Path GOLDEN = Path.of(System.getProperty("kafscale.golden"));
    static final Path GOLDEN_SEGMENTS = GOLDEN.resolve("segments/golden");

    static CommandRun of(Object... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CommandRun run = into(out, false, arguments);
        return new CommandRun(run.exitCode, out.toString(UTF_8), run.err);
    }

    static CommandRun into(OutputStream out, boolean interactive, Object... arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        int exitCode = Kafscale.run(new Terminal(out, new PrintStream(err, true, UTF_8), interactive), words);
        return new CommandRun(exitCode, "", err.toString(UTF_8));
    }

    List<String> lines() {
        return out.lines().toList();
    }
}
