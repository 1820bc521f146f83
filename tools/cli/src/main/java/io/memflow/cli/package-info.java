/** The entry point of the command line, its exit status and how failures are told to the user. */
package io.memflow.cli;
