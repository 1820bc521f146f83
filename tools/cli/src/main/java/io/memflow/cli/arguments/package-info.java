/** The grammar of the command line: options, the words around them, and the help that is made from their description. */
package io.memflow.cli.arguments;
