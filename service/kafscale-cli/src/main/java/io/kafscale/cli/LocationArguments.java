package io.kafscale.cli;

import java.io.IOException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Where the data is that a command reads. */
final class LocationArguments {

    static final String DESCRIPTION =
            "A segment's file, a directory whose last part is the namespace, or s3://bucket/namespace. Topics lie"
                    + " right under the namespace. Credentials for S3 are found as the AWS CLI finds them.";

    @Parameters(paramLabel = "LOCATION", description = DESCRIPTION)
    private String location = "";

    @Mixin
    private final S3Arguments s3 = new S3Arguments();

    /**
     * Opens it.
     *
     * @throws IOException when it is not there
     */
    Location open() throws IOException {
        if (s3.areGiven() && !location.startsWith(S3Arguments.S3)) {
            throw misused("--endpoint, --region and --path-style are for s3:// only, and " + location + " is not");
        }
        return s3.open(location);
    }

    /** Wrong usage of the command. */
    ParameterException misused(String message) {
        return s3.misused(message);
    }
}
