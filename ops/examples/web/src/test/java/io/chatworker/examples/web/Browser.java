package io.chatworker.examples.web;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.chatworker.worker.testing.Waits;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** A headless Chromium; the test is skipped where the machine has none. */
final class Browser implements AutoCloseable {

    private final ChromeDriver driver;

    Browser() {
        Optional<Path> chromium = command("chromium", "google-chrome");
        Optional<Path> driverCommand = command("chromedriver");
        assumeTrue(
                chromium.isPresent() && driverCommand.isPresent(),
                "this machine has no chromium with its chromedriver");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.orElseThrow().toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--window-size=900,900");
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(driverCommand.orElseThrow().toFile())
                        .build(),
                options);
    }

    private static Optional<Path> command(String... names) {
        String path = Objects.toString(System.getenv("PATH"), "");
        return Stream.of(path.split(File.pathSeparator))
                .flatMap(folder -> Stream.of(names).map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    void open(String url) {
        driver.get(url);
    }

    void reload() {
        driver.navigate().refresh();
    }

    /** Types it into the message's field and presses Enter. */
    void send(String message) {
        driver.findElement(By.id("message")).sendKeys(message, Keys.ENTER);
    }

    void click(String selector) {
        driver.findElement(By.cssSelector(selector)).click();
    }

    /** Presses a key wherever the focus is. */
    void press(Keys key) {
        driver.switchTo().activeElement().sendKeys(key);
    }

    /** The texts of what is visible. */
    List<String> texts(String selector) {
        try {
            return driver.findElements(By.cssSelector(selector)).stream()
                    .filter(WebElement::isDisplayed)
                    .map(WebElement::getText)
                    .toList();
        } catch (StaleElementReferenceException e) {
            return List.of("(changing)");
        }
    }

    /** Waits until these are the texts of what is visible. */
    void awaitTexts(String selector, String... texts) {
        Waits.until(
                () -> "'" + List.of(texts) + "' in " + selector + "; the page shows " + texts("body"),
                () -> texts(selector).equals(List.of(texts)));
    }

    /** Waits until the one that is visible contains this. */
    void awaitText(String selector, String part) {
        Waits.until(
                () -> "'" + part + "' in " + selector + "; the page shows " + texts("body"),
                () -> texts(selector).stream().anyMatch(text -> text.contains(part)));
    }

    /** What a script returns. */
    @Nullable
    Object run(String script) {
        return driver.executeScript(script);
    }

    /** As the operating system of somebody who likes it dark. */
    void prefersDark() {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
