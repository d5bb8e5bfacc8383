# Settings of a site, sourced inside every job. Copy to env.sh beside this file (or name another file
# in NUDIPOLE_ENV) and keep what applies.

# module load gcc openmpi hdf5

# Which program and launcher to use.
# export NUDIPOLE_PROGRAM=$HOME/nudipole/bin/nudipole
# export NUDIPOLE_LAUNCHER="srun --mpi=pmix"       # default: mpirun, which asks SLURM for the ranks

# When mpirun gets SIGTERM it waits for this many seconds before it sends SIGTERM to the ranks, and as
# long again before SIGKILL. Its default, 1 s, can be too short for a large checkpoint, all the more as
# every rank that dies shortens the wait. It waits also when all ranks are gone, so that twice this time
# should stay below SLURM's KillWait (30 s).
export OMPI_MCA_odls_base_sigkill_timeout=3

# Where tasks are not confined by cgroups, several mpirun on one node would all bind to its first
# cores (array tasks do); where they are confined, remove this line.
export OMPI_MCA_hwloc_base_binding_policy=none

# Rank 0 sleeps most of the time: one rank more than cores is right, and Open MPI must allow it.
# export OMPI_MCA_rmaps_base_oversubscribe=1

# In containers that forbid process_vm_readv, Open MPI prints a warning for each message otherwise.
# export OMPI_MCA_btl_vader_single_copy_mechanism=none

# HDF5 here only builds the file in memory; nudipole has a lock of its own. For h5py and other
# readers of the file on NFS or Lustre, whose locks may be missing:
# export HDF5_USE_FILE_LOCKING=FALSE

# As root (tests, containers) mpirun asks to be told so.
# export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
