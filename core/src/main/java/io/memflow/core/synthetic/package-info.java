/** Made-up machines for tests, benchmarks and plugin authors: where their frames lie, what they hold, how they say so. */
package io.memflow.core.synthetic;
