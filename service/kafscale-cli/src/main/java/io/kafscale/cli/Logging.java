package io.kafscale.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.kafscale.config.LogFormat;
import io.kafscale.config.LogLevel;
import io.kafscale.config.ServiceSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the log goes, always to standard error. Commands tell failures themselves, so nothing is logged but with the
 * option debug; the service logs as its configuration says. Loaded by Logback, by its name in {@code META-INF/services}.
 */
public final class Logging extends ContextAwareBase implements Configurator {

    /** The system property that is true with the option debug. */
    static final String DEBUG = "kafscale.debug";

    private static final String OWN = "io.kafscale";
    private static final String LINE = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %msg%n%rEx";

    /** For Logback. */
    public Logging() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        boolean debug = Boolean.getBoolean(DEBUG);
        set(context, debug ? Level.DEBUG : Level.OFF, debug ? Level.DEBUG : Level.OFF, LogFormat.TEXT);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Begins to log as a service's configuration says. */
    static void start(ServiceSettings settings) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        LogLevel said = Boolean.getBoolean(DEBUG) ? LogLevel.DEBUG : settings.logLevel();
        Level own = Level.valueOf(said.name());
        // Of the clients of S3, etcd and databases a person wants to know warnings, unless debugging.
        Level others = said == LogLevel.INFO ? Level.WARN : own;
        set(context, own, others, settings.logFormat());
    }

    private static void set(LoggerContext context, Level own, Level others, LogFormat format) {
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(others);
        context.getLogger(OWN).setLevel(own);
        if (own != Level.OFF) {
            ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
            appender.setContext(context);
            appender.setTarget("System.err");
            appender.setEncoder(format == LogFormat.JSON ? json(context) : text(context));
            appender.start();
            root.addAppender(appender);
        }
    }

    private static Encoder<ILoggingEvent> text(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setPattern(LINE);
        return started(encoder, context);
    }

    private static Encoder<ILoggingEvent> json(LoggerContext context) {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithContext(false);
        encoder.setWithMDC(false);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithFormattedMessage(true);
        return started(encoder, context);
    }

    private static Encoder<ILoggingEvent> started(EncoderBase<ILoggingEvent> encoder, LoggerContext context) {
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }
}
