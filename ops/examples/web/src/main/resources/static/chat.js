// One conversation, kept by the browser: its turns, and the id of the answer under way. A page that is loaded again in
// mid-answer follows that id and goes on where it was.

const KEPT = 'chat';
const byId = (id) => document.getElementById(id);
const page = Object.fromEntries(
  ['turns', 'note', 'away', 'form', 'message', 'model', 'think', 'send', 'stop', 'regenerate', 'new'].map((id) => [id, byId(id)]));

const WAITS = {
  ollama_unavailable: 'Ollama is away; the question is kept until it is back.',
  ollama_busy: 'Ollama is busy; the worker tries again.',
  retry: 'The attempt failed; the worker tries again.',
  draining: 'The worker stops; another one takes the question.',
  loading_model: 'Ollama loads the model.',
  summarizing: 'The beginning of the conversation is being summarized.',
};

const chat = Object.assign({ conversation: newId(), turns: [], asked: null, answer: null, think: false, model: '' },
  JSON.parse(localStorage.getItem(KEPT) ?? '{}'));
let source = null;

function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function keep() {
  localStorage.setItem(KEPT, JSON.stringify(chat));
}

// ---- what is shown

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text ?? '';
  if (className) made.className = className;
  return made;
}

function turn(role, content, thinking) {
  const item = element('li', '', role);
  item.setAttribute('aria-label', role === 'user' ? 'You' : 'Answer');
  const details = element('details');
  details.append(element('summary', 'Thinking'), element('div', thinking, 'thinking'));
  details.hidden = !thinking;
  item.append(details, element('div', content, 'content'));
  page.turns.append(item);
  return item;
}

function showTurns() {
  page.turns.replaceChildren();
  for (const { role, content, thinking } of chat.turns) {
    if ((role === 'user' || role === 'assistant') && content) turn(role, content, thinking);
  }
  if (chat.asked) turn('user', chat.asked);
}

function showState() {
  const running = chat.answer !== null;
  page.send.disabled = running;
  page.stop.hidden = !running;
  page.regenerate.hidden = running || chat.turns.at(-1)?.role !== 'assistant';
}

function problem(text) {
  const last = element('li', '', 'problem');
  last.setAttribute('role', 'alert');
  last.textContent = text;
  page.turns.append(last);
}

// ---- asking

async function ask(question) {
  page.note.textContent = '';
  let response;
  try {
    response = await fetch('api/answers', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        conversation_id: chat.conversation, messages: chat.turns, model: page.model.value || null, think: page.think.checked,
        ...question,
      }),
    });
  } catch {
    return problem('The server does not answer. Try again when it is back.');
  }
  const said = await response.json().catch(() => ({}));
  if (!response.ok) {
    return problem([said.problem ?? `The server answered ${response.status}.`, said.next].filter(Boolean).join(' '));
  }
  chat.asked = question.message ?? null;
  chat.answer = said.id;
  keep();
  showTurns();
  follow();
  return true;
}

function follow() {
  const item = turn('assistant', '');
  const [details, content] = item.children;
  const thinking = details.lastElementChild;
  item.setAttribute('aria-busy', 'true');
  showState();
  source = new EventSource(`api/answers/${chat.answer}/events`);
  source.onmessage = (event) => {
    const progress = JSON.parse(event.data);
    if (progress.restart) content.textContent = thinking.textContent = '';
    if (progress.content) content.append(progress.content);
    if (progress.thinking) thinking.append(progress.thinking);
    details.hidden = !thinking.textContent;
    if (progress.note !== undefined) page.note.textContent = WAITS[progress.note] ?? progress.note;
    if (progress.end) ended(item, content.textContent, progress.end);
    stayAtTheEnd();
  };
  source.onerror = () => {
    page.note.textContent = 'The connection is lost; trying again …';
    // By itself it only comes back from a lost connection, not from an error of something in between.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => followAgain(item, content), 1000);
  };
  source.onopen = () => { page.note.textContent = ''; };
}

async function followAgain(item, content) {
  const response = await fetch(`api/answers/${chat.answer}`).catch(() => ({}));
  if (response.status === 404) {
    ended(item, content.textContent, { outcome: 'failed', problem: 'The answer is no longer here. Ask again.' });
  } else {
    item.remove();
    follow();
  }
}

function ended(item, content, end) {
  source.close();
  item.removeAttribute('aria-busy');
  chat.turns = end.history ?? withoutHistory(content, end);
  chat.asked = chat.answer = null;
  keep();
  page.note.textContent = end.outcome === 'completed' ? 'Answered.' : '';
  if (end.outcome === 'completed') {
    const speed = end.tokens_per_second ? `, ${end.tokens_per_second.toFixed(1)} tokens/s` : '';
    item.append(element('footer', `${end.model}: ${end.tokens} tokens${speed}`));
  } else if (end.outcome === 'cancelled') {
    item.append(element('footer', end.problem ?? 'Stopped.'));
  }
  if (end.outcome === 'failed') {
    if (!content) item.remove();
    problem(end.problem);
  }
  showState();
  page.message.focus();
}

function withoutHistory(content, end) {
  if (end.outcome === 'failed') return chat.turns;
  const asked = chat.asked ? [{ role: 'user', content: chat.asked }] : [];
  return [...chat.turns, ...asked, ...(content ? [{ role: 'assistant', content }] : [])];
}

function stayAtTheEnd() {
  const left = document.documentElement.scrollHeight - scrollY - innerHeight;
  if (left < 200) scrollTo({ top: document.documentElement.scrollHeight });
}

// ---- whether a worker is there

async function look() {
  try {
    const { status, why, models } = await (await fetch('api/workers')).json();
    page.away.textContent = {
      away: 'No worker is connected. A question waits until one is.',
      paused: `The workers pause: ${why}. A question waits until they go on.`,
      unknown: `Whether a worker is there cannot be told: ${why}`,
    }[status] ?? '';
    page.away.hidden = status === 'ready';
    showModels(models);
  } catch {
    page.away.textContent = 'The server does not answer.';
    page.away.hidden = false;
  }
  setTimeout(look, 5000);
}

function showModels(models) {
  if (models.length === 0 || models.length === page.model.options.length - 1) return;
  page.model.replaceChildren(new Option('default', ''),
    ...models.map(({ name, thinks }) => new Option(thinks ? `${name} (thinks)` : name, name)));
  page.model.value = models.some(({ name }) => name === chat.model) ? chat.model : '';
}

// ---- what a person does

page.form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const message = page.message.value.trim();
  if (!message || chat.answer) return;
  page.message.value = '';
  if (!await ask({ message })) page.message.value = message;
});
page.message.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    page.form.requestSubmit();
  }
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && chat.answer) page.stop.click();
});
page.stop.addEventListener('click', async () => {
  page.note.textContent = 'Stopping …';
  const response = await fetch(`api/answers/${chat.answer}`, { method: 'DELETE' });
  if (!response.ok || !(await response.json()).stopped) page.note.textContent = 'No worker is there to stop it.';
});
page.regenerate.addEventListener('click', async () => {
  const before = chat.turns;
  if (!await ask({ regenerate: true })) return;
  // The answer that is being replaced goes; the server drops it from the turns by itself.
  chat.turns = before.slice(0, before.findLastIndex(({ role }) => role === 'user') + 1);
  keep();
  [...page.turns.querySelectorAll('li.assistant')].at(-2)?.remove();
});
page.new.addEventListener('click', () => {
  source?.close();
  if (chat.answer) fetch(`api/answers/${chat.answer}`, { method: 'DELETE' });
  Object.assign(chat, { conversation: newId(), turns: [], asked: null, answer: null });
  keep();
  showTurns();
  showState();
  page.note.textContent = '';
  page.message.focus();
});
page.model.addEventListener('change', () => { chat.model = page.model.value; keep(); });
page.think.addEventListener('change', () => { chat.think = page.think.checked; keep(); });

page.think.checked = chat.think;
showTurns();
showState();
if (chat.answer) follow();
look();
