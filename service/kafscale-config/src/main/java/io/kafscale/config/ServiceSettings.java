package io.kafscale.config;

import java.time.Duration;

/**
 * What a file says of the service around a processor.
 *
 * @param httpHost the address at which metrics and health are served
 * @param httpPort its port; 0 for a free one
 * @param logFormat how a line of the log looks
 * @param logLevel the least that is logged
 * @param drainLimit how long the end waits for writes that are under way
 */
public record ServiceSettings(
        String httpHost, int httpPort, LogFormat logFormat, LogLevel logLevel, Duration drainLimit) {

    static ServiceSettings of(Values file) {
        return new ServiceSettings(
                file.get(FileKeys.HTTP_HOST),
                Math.toIntExact(file.get(FileKeys.HTTP_PORT)),
                file.get(FileKeys.LOG_FORMAT),
                file.get(FileKeys.LOG_LEVEL),
                file.get(FileKeys.DRAIN_LIMIT));
    }
}
