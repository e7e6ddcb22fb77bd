// A headless Chromium over its debugging pipe, without any package: pages, real events, screenshots.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Starts Chromium; `flags` are added to its usual ones. */
export async function start({ program = process.env.CHROMIUM ?? 'chromium', flags = [] } = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'lab-'));
  const child = spawn(program, [
    '--headless=new', '--remote-debugging-pipe', `--user-data-dir=${profile}`, '--no-sandbox', '--no-first-run', '--disable-gpu',
    '--disable-extensions', '--disable-background-networking', '--disable-component-update', '--hide-scrollbars', '--force-color-profile=srgb', ...flags, 'about:blank',
  ], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
  const waiting = new Map();
  const listeners = new Set();
  let number = 0;
  let rest = Buffer.alloc(0);
  child.stdio[4].on('data', (data) => {
    rest = Buffer.concat([rest, data]);
    for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
      const message = JSON.parse(rest.subarray(0, end).toString());
      rest = rest.subarray(end + 1);
      const call = waiting.get(message.id);
      waiting.delete(message.id);
      if (call) message.error ? call.reject(new Error(`${call.method}: ${message.error.message}`)) : call.resolve(message.result);
      else for (const listener of listeners) listener(message);
    }
  });
  child.on('error', (error) => {
    for (const call of waiting.values()) call.reject(new Error(`${program} does not start: ${error.message}`));
  });
  const send = (method, params = {}, sessionId = undefined) => new Promise((resolve, reject) => {
    number += 1;
    waiting.set(number, { resolve, reject, method });
    child.stdio[3].write(`${JSON.stringify({ id: number, method, params, sessionId })}\0`);
  });
  return {
    /** Opens an address in a page of its own. */
    async open(address, options) {
      return Page.open(send, listeners, address, options);
    },
    async close() {
      const ended = new Promise((resolve) => child.on('exit', resolve));
      await send('Browser.close').catch(() => child.kill());
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const KEYS = { Enter: [13, '\r'], Tab: [9], ' ': [32, ' '], Escape: [27], Delete: [46], ArrowLeft: [37], ArrowUp: [38], ArrowRight: [39], ArrowDown: [40] };

class Page {
  static async open(send, listeners, address, { width = 1280, height = 800, scheme = 'light', touch = false, calm = false, scale = 1, before = null } = {}) {
    const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page();
    page.call = (method, params) => send(method, params, sessionId);
    page.targetId = targetId;
    /** What the console said that is an error, and every exception. */
    page.errors = [];
    /** Addresses that were asked for. */
    page.requests = [];
    page.onEvent = (message) => {
      if (message.sessionId !== sessionId) return;
      const { method, params } = message;
      if (method === 'Runtime.exceptionThrown') page.errors.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
      if (method === 'Runtime.consoleAPICalled' && (params.type === 'error' || params.type === 'warning')) page.errors.push(params.args.map((each) => each.value ?? each.description).join(' '));
      if (method === 'Log.entryAdded' && params.entry.level === 'error') page.errors.push(params.entry.text);
      if (method === 'Network.requestWillBeSent') page.requests.push(params.request.url);
    };
    listeners.add(page.onEvent);
    await page.call('Page.enable');
    await page.call('Runtime.enable');
    await page.call('Log.enable');
    await page.call('Network.enable');
    await page.call('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: scale, mobile: touch });
    if (touch) await page.call('Emulation.setTouchEmulationEnabled', { enabled: true });
    await page.call('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: calm ? 'reduce' : 'no-preference' }] });
    // A script that runs before the page's own.
    if (before !== null) await page.call('Page.addScriptToEvaluateOnNewDocument', { source: before });
    if (process.env.SLOWDOWN) await page.call('Emulation.setCPUThrottlingRate', { rate: Number(process.env.SLOWDOWN) });
    await page.call('Page.navigate', { url: address });
    await page.until("document.readyState === 'complete'", 'the page is loaded');
    return page;
  }

  /** The value of an expression in the page; a promise is awaited. */
  async evaluate(expression) {
    const { result, exceptionDetails } = await this.call('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
    return result.value;
  }

  /** Waits until an expression is true. */
  async until(expression, what, seconds = 60) {
    const end = Date.now() + 1000 * seconds;
    for (;;) {
      const value = await this.evaluate(expression).catch(() => false);
      if (value) return value;
      if (Date.now() > end) throw new Error(`after ${seconds} s it is not so that ${what} (${expression})`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** The box of an element, in pixels of the window; scrolls it into sight. */
  async box(selector) {
    const box = await this.evaluate(`(() => { const e = document.querySelector(${JSON.stringify(selector)}); if (!e) return null; e.scrollIntoView({ block: 'nearest', behavior: 'instant' });
      const { left, top, width, height } = e.getBoundingClientRect(); return { left, top, width, height }; })()`);
    if (!box) throw new Error(`there is no ${selector}`);
    return box;
  }

  async mouse(type, x, y, buttons = 1, pointerType = 'mouse') {
    await this.call('Input.dispatchMouseEvent', { type, x, y, button: type === 'mouseMoved' && !buttons ? 'none' : 'left', buttons, clickCount: type === 'mouseMoved' ? 0 : 1, pointerType, force: buttons ? 0.5 : 0 });
  }

  async click(selector) {
    const { left, top, width, height } = await this.box(selector);
    await this.mouse('mousePressed', left + width / 2, top + height / 2);
    await this.mouse('mouseReleased', left + width / 2, top + height / 2, 0);
  }

  async press(key, text = KEYS[key]?.[1]) {
    const code = { key, windowsVirtualKeyCode: KEYS[key]?.[0] ?? key.toUpperCase().charCodeAt(0), text };
    await this.call('Input.dispatchKeyEvent', { type: 'keyDown', ...code });
    await this.call('Input.dispatchKeyEvent', { type: 'keyUp', ...code });
  }

  /** Types text into what has the focus. */
  async type(text) {
    await this.call('Input.insertText', { text });
  }

  /** Draws strokes of points [x, y] from 0 to 1 over an element, with the mouse or a pen. */
  async draw(selector, strokes, pointer = 'mouse') {
    const { left, top, width, height } = await this.box(selector);
    for (const stroke of strokes) {
      const points = stroke.map(([x, y]) => [left + x * width, top + y * height]);
      await this.mouse('mousePressed', ...points[0], 1, pointer);
      for (const point of points.slice(1)) await this.mouse('mouseMoved', ...point, 1, pointer);
      await this.mouse('mouseReleased', ...points[points.length - 1], 0, pointer);
    }
  }

  /** The same with a finger. */
  async drawByFinger(selector, strokes) {
    const { left, top, width, height } = await this.box(selector);
    for (const stroke of strokes) {
      const points = stroke.map(([x, y]) => ({ x: left + x * width, y: top + y * height }));
      await this.call('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [points[0]] });
      for (const point of points.slice(1)) await this.call('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [point] });
      await this.call('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    }
  }

  /** Gives files of this machine to a file input. */
  async choose(selector, paths) {
    const { root } = await this.call('DOM.getDocument');
    const { nodeId } = await this.call('DOM.querySelector', { nodeId: root.nodeId, selector });
    await this.call('DOM.setFileInputFiles', { nodeId, files: paths });
  }

  /** Drops files of this machine in the middle of the window. */
  async drop(paths) {
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop']) await this.call('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
  }

  /** The accessibility tree, as a list of { role, name }. */
  async accessibility() {
    const { nodes } = await this.call('Accessibility.getFullAXTree');
    return nodes.filter((node) => !node.ignored).map((node) => ({ role: node.role?.value, name: node.name?.value ?? '', focusable: node.properties?.some(({ name, value }) => name === 'focusable' && value.value) ?? false }));
  }

  /** A screenshot of the window, or of the whole page, as a file. */
  async shoot(path, { whole = false } = {}) {
    const { data } = await this.call('Page.captureScreenshot', { format: 'png', captureBeyondViewport: whole });
    writeFileSync(path, Buffer.from(data, 'base64'));
  }

  async close() {
    await this.call('Target.closeTarget', { targetId: this.targetId }).catch(() => {});
  }
}
