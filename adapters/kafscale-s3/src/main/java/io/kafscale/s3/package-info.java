/** Segments on Amazon S3 and stores that speak its protocol: {@link io.kafscale.s3.S3ObjectStore}. */
@NullMarked
package io.kafscale.s3;

import org.jspecify.annotations.NullMarked;
