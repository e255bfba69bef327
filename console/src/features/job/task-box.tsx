import { Handle, Position } from '@xyflow/react';
import { useTranslation } from 'react-i18next';

import type { StepState } from '../../_generated/documents.ts';

interface Props {
  readonly data: {
    readonly name: string;
    readonly kind: string | undefined;
    readonly isGroup: boolean;
    readonly state: StepState | undefined;
  };
}

/** A task as a box, or as a frame around those in it. */
export function TaskBox({ data }: Props) {
  const { t } = useTranslation();
  const { name, kind, isGroup, state } = data;
  const classes = ['task-box', isGroup ? 'group-box' : '', state?.toLowerCase() ?? ''];
  return (
    <div className={classes.join(' ')}>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <span className="task-name">{name}</span>
      {kind !== undefined && <span className="task-kind">{kind}</span>}
      {state !== undefined && <span className="unseen">{t(`state.${state}`)}</span>}
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </div>
  );
}
