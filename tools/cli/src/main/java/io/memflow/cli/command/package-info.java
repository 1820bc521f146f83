/** The commands, one class each, and how each kind of row is shown. */
package io.memflow.cli.command;
