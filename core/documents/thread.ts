import { createDefinition } from '../../engine/definition.ts';
import { checkDefinition } from '../../engine/load-definition.ts';
import { readValue } from '../../engine/dsl/source.ts';
import { WorkflowError } from '../../engine/problem.ts';
import { planRedrive, TaskNotReached } from '../../engine/redrive-plan.ts';
import { renderResponse } from '../../engine/render/render.ts';
import { recordScenario } from '../../engine/scenarios/record-scenario.ts';
import { checkData, checkInput } from '../../engine/rules.ts';
import { AppError } from '../../kernel/errors.ts';
import { serveThread } from '../../kernel/threads/serve-thread.ts';
import { backtestJobs } from './backtest-jobs.ts';
import { judge, judgeOutside } from './judge.ts';
import { asDocumentRequest, type DocumentRequest } from './request.ts';

serveThread(asDocumentRequest, answer);

async function answer(request: DocumentRequest): Promise<unknown> {
  try {
    return await (request.act === 'backtest' ? backtestJobs(request) : perform(request));
  } catch (error) {
    // A fault of the document or template, told to whoever asked; anything else is ours.
    if (error instanceof WorkflowError || error instanceof TaskNotReached)
      throw new AppError('BAD_USER_INPUT', error.message);
    throw error;
  }
}

function perform(request: Exclude<DocumentRequest, { readonly act: 'backtest' }>): unknown {
  switch (request.act) {
    case 'check':
      return checkDefinition(request.source, request.options);
    case 'judge':
      return judge(request);
    case 'outside':
      return judgeOutside(request.check);
    case 'read':
      return readValue(request.text);
    case 'input':
      return checkInput(createDefinition(request.document), request.input, request.limits);
    case 'data':
      return checkData(request.schema, request.data, request.limits);
    case 'render':
      return renderResponse(request.responses, request.rendering);
    case 'redrive': {
      const { document, job, point } = request;
      return planRedrive(createDefinition(document, job.limits), job, point);
    }
    case 'record': {
      const { document, job } = request;
      return recordScenario(createDefinition(document, job.limits), job, { name: job.id });
    }
  }
}
