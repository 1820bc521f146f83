/** What a person or a program reads: tables, JSON Lines, hexadecimal dumps, and text made safe for a terminal. */
package io.memflow.cli.output;
