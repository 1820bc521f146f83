/** One run of the program: its streams and surroundings, how it ends, and how a failure is told. */
package io.memflow.cli.session;
