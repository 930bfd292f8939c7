package io.chatworker.cli;

/** What the person typed to start this program. */
final class ProgramName {

    private ProgramName() {}

    /** As the start script says, else the jar that the JVM was given. */
    static String get() {
        String script = System.getProperty("ctl.name", "");
        String jar = System.getProperty("java.class.path", "");
        if (script.isEmpty() && jar.endsWith(".jar") && !jar.contains(java.io.File.pathSeparator)) {
            return "java -jar " + jar;
        }
        return script.isEmpty() ? "ops/ctl" : script;
    }
}
